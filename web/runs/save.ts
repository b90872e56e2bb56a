// Lets the browser save what the daemon makes: by a link that is pressed and gone, so that the session's cookie goes along and
// nothing passes through the memory of the page.

/** @param path of the API; its answer names the file */
export function save(path: string): void {
  const link = document.createElement('a');
  link.href = path;
  link.download = '';
  document.body.append(link);
  link.click();
  link.remove();
}
