// Sits down at the agents' console with the demonstration's published token, which an agent would type in, and is free for a conversation.
import { agent, available, signedIn } from './agent.js';
import { agentToken } from './api.js';

sessionStorage.setItem(signedIn, JSON.stringify({ token: agentToken, agent: agent() }));
if (sessionStorage.getItem(available) === null) sessionStorage.setItem(available, 'yes');
location.replace('/console/');
