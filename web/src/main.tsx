import { render } from 'preact';
import './styles/main.css';
import { App } from './app.tsx';
import { language } from './i18n.ts';
import { startRoutes } from './route.ts';
import { startTheme } from './theme.ts';

const root = document.createElement('div');
root.id = 'app';
document.body.replaceChildren(root);
document.documentElement.lang = language.get();
startTheme();
startRoutes();
render(<App />, root);
