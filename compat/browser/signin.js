// Sets up a server and lives with it in a real browser: SETUP is the link that the server printed, CHROMIUM the browser,
// CA the certificate authority to trust for HTTPS, if any. It prints what it saw; SHOTS, when set, is a folder for
// pictures of the pages.
const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const puppeteer = require('puppeteer-core');

const { SETUP, CHROMIUM, SHOTS, CA } = process.env;
const root = new URL(SETUP).origin;
const password = 'correct horse 9 staple';

// curl is a program with a token, beside the browser.
function curl(token, where) {
  const args = ['-s', '-o', '/dev/null', '-w', '%{http_code}', '-u', `:${token}`, root + where];
  return execFileSync('curl', CA ? ['--cacert', CA, ...args] : args).toString();
}

(async () => {
  const args = ['--no-sandbox', '--disable-dev-shm-usage', '--no-proxy-server',
    '--disable-features=LocalNetworkAccessChecks,BlockInsecurePrivateNetworkRequests']; // they would keep other sites from trying
  if (CA) args.push('--ignore-certificate-errors'); // the browser's own store of authorities is not ours to change
  const browser = await puppeteer.launch({ executablePath: CHROMIUM, headless: true, args });
  try {
    const page = await browser.newPage();
    const problems = [];
    page.on('console', (m) => { if (m.type() === 'error' && !m.text().includes('status of')) problems.push(m.text()); });
    page.on('pageerror', (e) => problems.push(String(e)));
    let shots = 0;
    const title = async (what) => {
      if (SHOTS) {
        await page.setViewport({ width: 1000, height: 800 });
        await page.screenshot({ path: path.join(SHOTS, `${++shots}-${what}.png`), fullPage: true });
        await page.setViewport({ width: 390, height: 800 });
        await page.screenshot({ path: path.join(SHOTS, `${shots}-${what}-phone.png`), fullPage: true });
        await page.setViewport({ width: 1000, height: 800 });
      }
      console.log(what, '|', await page.$eval('h1', (e) => e.textContent));
    };
    const fill = async (fields) => {
      for (const [id, text] of Object.entries(fields)) {
        await page.$eval(`#${id}`, (e) => { e.value = ''; });
        await page.type(`#${id}`, text);
      }
    };
    const press = async (selector) => { await Promise.all([page.waitForNavigation(), page.click(selector)]); };

    // The link works once.
    await page.goto(SETUP);
    await title('set-up');
    await fill({ organization: 'fabrikam', zone: 'Asia/Seoul', display: 'Ada', name: 'ada@example.com', password: 'too short', again: 'too short' });
    await page.$eval('#password', (e) => e.removeAttribute('minlength')); // what the server says of it
    await press('main button');
    await title('weak');
    console.log(await page.$eval('.problem', (e) => e.textContent));
    await fill({ password, again: password });
    await press('main button');
    await title('home');
    await page.goto(SETUP);
    await title('set-up again');

    // The cookie is one that scripts cannot see; the page's own requests have it, and changes say where they come from.
    await page.goto(root + '/');
    const cookies = (await page.cookies()).filter((c) => c.name.endsWith('boardwalk'));
    console.log(cookies.map((c) => [c.name, c.httpOnly, c.secure, c.sameSite, c.domain === new URL(root).hostname].join(' ')).join());
    console.log('scripts see', JSON.stringify(await page.evaluate(() => document.cookie)));
    await page.goto(root + '/fabrikam/_apis/projects?api-version=7.1');
    console.log('projects', JSON.parse(await page.$eval('body', (e) => e.textContent)).count);

    // Signing out and in again.
    await page.goto(root + '/');
    await press('#sign-out');
    await title('sign in');
    await page.goto(root + '/_account');
    console.log('strangers are led to', page.url().replace(root, ''));
    await fill({ name: 'ada@example.com', password: 'wrong password' });
    await press('main button');
    console.log(await page.$eval('.problem', (e) => e.textContent));
    await fill({ password });
    await press('main button');
    await title('account');

    // A token is made, used, regenerated and revoked.
    await page.goto(root + '/_tokens');
    await title('tokens');
    await fill({ name: 'script' });
    await page.click('input[value="vso.project"]');
    await press('form button:not([name]):not(#sign-out)');
    const token = await page.$eval('#made', (e) => e.textContent);
    await title('token made');
    console.log('token', token.length, curl(token, '/fabrikam/_apis/projects?api-version=7.1'), curl(token, '/fabrikam/_apis/wit/fields?api-version=7.1'));
    console.log('shown', (await (await page.goto(root + '/_tokens')).text()).split(token).length - 1, 'times again');
    await press('button[value="regenerate"]');
    const next = await page.$eval('#made', (e) => e.textContent);
    console.log('regenerated', next !== token, curl(token, '/fabrikam/_apis/projects?api-version=7.1'), curl(next, '/fabrikam/_apis/projects?api-version=7.1'));
    await press('button[value="revoke"]');
    console.log(await page.$eval('.good', (e) => e.textContent), curl(next, '/fabrikam/_apis/projects?api-version=7.1'));

    // Somebody else is let in with a link, in a browser of their own.
    await page.goto(root + '/_people');
    await title('people');
    await fill({ name: 'bob@example.com' });
    await press('form button:not([name]):not(#sign-out)');
    const link = await page.$eval('#link', (e) => e.textContent);
    const other = await browser.createBrowserContext();
    const bob = await other.newPage();
    await bob.goto(link);
    console.log('invited', '|', await bob.$eval('h1', (e) => e.textContent), await bob.$eval('#name', (e) => e.value));
    await bob.type('#password', 'another horse 8 staple');
    await bob.type('#again', 'another horse 8 staple');
    await Promise.all([bob.waitForNavigation(), bob.click('main button')]);
    console.log('bob', '|', await bob.$eval('h1', (e) => e.textContent), (await bob.goto(root + '/_people')).status(), (await bob.goto(link)).status());

    // A page of another origin, which the browser takes for another site's, gets nothing and changes nothing.
    const evil = await browser.newPage();
    await evil.setRequestInterception(true);
    evil.on('request', (r) => (new URL(r.url()).hostname === 'evil.example'
      ? r.respond({ contentType: 'text/html', body: '<h1>evil</h1>' }) : r.continue()));
    await evil.goto('http://evil.example/');
    console.log('another site reads', await evil.evaluate((u) => fetch(u, { credentials: 'include' }).then((a) => a.status, () => 'nothing'), `${root}/fabrikam/_apis/projects?api-version=7.1`));
    console.log('and without cookies', await evil.evaluate((u) => fetch(u).then((a) => a.status, () => 'nothing'), `${root}/fabrikam/_apis/projects?api-version=7.1`));
    await evil.evaluate((u) => { document.body.innerHTML = `<form method="post" action="${u}"><input name="do" value="end-all"><button>x</button></form>`; }, `${root}/_account`);
    const [answer] = await Promise.all([evil.waitForNavigation(), evil.click('button')]);
    console.log('another site posts', answer.status());
    await evil.close();

    // Signed out everywhere, the other browser of the same person is, too.
    await page.goto(root + '/_account');
    await title('account again');
    await press('#sign-out-everywhere');
    await page.goto(root + '/_account');
    await title('signed out');
    console.log('problems', JSON.stringify(problems));
  } finally {
    await browser.close();
  }
})().catch((e) => { console.error(e); process.exit(1); });
