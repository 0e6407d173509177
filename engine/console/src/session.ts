// A sign-in at the company's provider: authorization code with PKCE (RFC 7636), by oidc-client-ts. Its ID token is what the engine takes; where the provider
// gives a refresh token it is renewed before it ends, else the agent signs in again. All of it stays in this tab.
import { UserManager, WebStorageStateStore, type User } from 'oidc-client-ts';
import { goingTo, wentTo, type Provider } from './provider.ts';

export interface Session {
  bearer(): string;
  /** Forgets it here; who is signed in at the provider stays so. */
  end(): void;
}

function managerOf(provider: Provider): UserManager {
  const store = new WebStorageStateStore({ store: sessionStorage });
  return new UserManager({
    authority: provider.issuer, client_id: provider.clientId, redirect_uri: `${location.origin}/console/`, response_type: 'code', scope: provider.scopes,
    userStore: store, stateStore: store, loadUserInfo: false, automaticSilentRenew: true, monitorSession: false,
  });
}

/** Leaves the page. */
export async function go(provider: Provider): Promise<void> {
  goingTo(provider);
  await managerOf(provider).signinRedirect();
}

/** With the provider's answer in the address, which goes from there and from the history. Throws what it says where that is no sign-in. */
export async function comeBack(): Promise<Session> {
  const provider = wentTo();
  const address = location.href;
  history.replaceState(null, '', '/console/');
  if (!provider) throw new Error('nobody went from here');
  const manager = managerOf(provider);
  return sessionOf(manager, await manager.signinRedirectCallback(address));
}

/** After a reload of this tab; null where it has ended and nothing renews it. */
export async function goOn(): Promise<Session | null> {
  const provider = wentTo();
  if (!provider) return null;
  const manager = managerOf(provider);
  const user = await manager.getUser();
  const current = user?.expired && user.refresh_token ? await manager.signinSilent() : user;
  return current && !current.expired ? sessionOf(manager, current) : null;
}

function sessionOf(manager: UserManager, user: User): Session {
  let current = user;
  manager.events.addUserLoaded(renewed => { current = renewed; });
  return {
    bearer: () => current.id_token ?? '',
    end: () => {
      manager.stopSilentRenew();
      void manager.removeUser();
    },
  };
}
