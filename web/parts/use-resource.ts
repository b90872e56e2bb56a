// A resource for as long as a component is shown. What could not be had because the daemon was away is asked for when it is back.
import { useEffect, useMemo } from 'preact/hooks';
import { reach } from '../api/reach.ts';
import { type Resource, resource } from '../api/resource.ts';

/** Loads `path`, and again when it changes or the daemon is back. */
export function useResource<T>(path: string): Resource<T> {
  const held = useMemo(() => resource<T>(path), []);
  useEffect(() => {
    void held.load(path);
    return () => held.close();
  }, [held, path]);
  const isBack = reach.value === 'in';
  useEffect(() => {
    if (isBack && held.error.peek()?.code === 'offline') void held.load();
  }, [held, isBack]);
  return held;
}
