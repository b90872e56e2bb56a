// A resource for as long as a component is shown.
import { useEffect, useMemo } from 'preact/hooks';
import { type Resource, resource } from '../api/resource.ts';

/** Loads `path`, and again when it changes. */
export function useResource<T>(path: string): Resource<T> {
  const held = useMemo(() => resource<T>(path), []);
  useEffect(() => {
    void held.load(path);
    return () => held.close();
  }, [held, path]);
  return held;
}
