// A provider of OpenID Connect on this machine (the certified oidc-provider), for the console's sign-in: its own pages for sign-in and consent, one public
// client with PKCE. Whoever signs in as lena leads the support, "sam" is nobody's agent, all others are in the support.
// Arguments: the port, the console's redirect address, seconds that tokens live. Prints "ready".
import Provider from 'oidc-provider';

const [port, redirect, seconds] = process.argv.slice(2);
const issuer = `http://127.0.0.1:${port}`;
const life = Number(seconds);

const provider = new Provider(issuer, {
  clients: [{
    client_id: 'engagement-console', token_endpoint_auth_method: 'none', application_type: 'web', redirect_uris: [redirect], response_types: ['code'],
    grant_types: ['authorization_code', 'refresh_token'],
  }],
  clientBasedCORS: () => true,
  // The claims of the scopes stand in the ID token, as most companies' providers have it.
  conformIdTokenClaims: false,
  claims: { openid: ['sub'], profile: ['preferred_username', 'roles'] },
  scopes: ['openid', 'profile', 'offline_access'],
  findAccount: (context, id) => ({ accountId: id, claims: () => ({ sub: id, preferred_username: id, roles: id === 'lena' ? ['support-leads'] : id === 'sam' ? ['sales'] : ['support'] }) }),
  issueRefreshToken: () => true,
  ttl: { AccessToken: life, IdToken: life, AuthorizationCode: 60, Session: 3_600, Grant: 3_600, Interaction: 600, RefreshToken: 3_600 },
  pkce: { required: () => true },
  features: { devInteractions: { enabled: true } },
});
provider.listen(Number(port), '127.0.0.1', () => console.log('ready'));
