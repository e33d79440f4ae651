/** Entry of the pages: connects to the host and shows the app. */
import { mount } from 'svelte';
import App from './App.svelte';
import { connectToHost } from './rpc/connect-to-host.ts';
import './styles/tokens.css';
import './styles/base.css';

const target = document.getElementById('app');
if (!target) throw new Error('index.html has no element #app');
mount(App, { target, props: { api: connectToHost() } });
