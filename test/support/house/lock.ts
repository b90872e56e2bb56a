// What makes `npm ci` fail on the next machine: a lock that lacks a platform's package (npm leaves it out silently when a
// registry did not have it), that names a registry, or that does not say what package.json says.

interface LockedPackage {
  readonly version?: string;
  readonly integrity?: string;
  readonly resolved?: string;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

/** @param lock text of package-lock.json @param manifest text of package.json */
export function lockFaults(lock: string, manifest: string): string[] {
  const { packages } = JSON.parse(lock) as { packages: Record<string, LockedPackage> };
  const wanted = JSON.parse(manifest) as LockedPackage;
  const paths = Object.keys(packages);
  const names = new Set(paths.map((path) => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)));
  const faults: string[] = [];
  for (const [path, { version, integrity, resolved, optionalDependencies }] of Object.entries(packages)) {
    if (path !== '' && (version === undefined || integrity === undefined))
      faults.push(`${path} has no version or hash`);
    if (resolved !== undefined) faults.push(`${path} names where it was downloaded`);
    for (const name of Object.keys(optionalDependencies ?? {})) {
      if (!names.has(name))
        faults.push(`${path} ${version} wants ${name}, which is not locked: pin a release that has it`);
    }
  }
  for (const kind of ['dependencies', 'devDependencies'] as const) {
    const [said, locked] = [wanted[kind], packages['']?.[kind]].map((list) => JSON.stringify(list));
    if (said !== locked) faults.push(`${kind} of package.json are not those locked: run npm install`);
  }
  return faults;
}
