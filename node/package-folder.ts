// Where this package is on disk: files that come with it are found from here.

/** Folder of package.json, seen from out/node/ and from out/bundle/ alike. */
export const PACKAGE = new URL('../../', import.meta.url);
