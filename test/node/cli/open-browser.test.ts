import t from 'tap';
import { openBrowser, openerOf } from '../../../node/cli/open-browser.ts';

t.test('a browser is opened where there is a screen', async (t) => {
  t.same(openerOf('darwin', {}), ['open']);
  t.same(openerOf('win32', {}), ['rundll32', 'url.dll,FileProtocolHandler']);
  t.same(openerOf('linux', { DISPLAY: ':0' }), ['xdg-open']);
  t.same(openerOf('linux', { WAYLAND_DISPLAY: 'wayland-0' }), ['xdg-open']);
  t.equal(openerOf('linux', {}), undefined);
  t.equal(openerOf('linux', { DISPLAY: '' }), undefined);
});

t.test('a browser that is not there is told, not thrown', async (t) => {
  t.match(await openBrowser(['/nowhere/browser'], 'http://127.0.0.1:1/rlm'), /ENOENT/);
  t.equal(await openBrowser([process.execPath, '--version'], 'http://127.0.0.1:1/rlm'), undefined);
});
