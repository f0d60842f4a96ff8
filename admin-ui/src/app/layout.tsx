// The frame around every page: top bar, navigation, banner of a lost connection.
import { AppShell, Burger } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { Outlet, useRouterState } from '@tanstack/react-router';
import { lazy, Suspense, useEffect } from 'react';
import { Banner } from './banner';
import classes from './layout.module.css';
import { Navigation } from './navigation';
import { useSessionGuard } from './session-guard';
import { TopBar } from './top-bar';

const Palette = lazy(() => import('./palette').then((module) => ({ default: module.Palette })));

export function Layout() {
  const [open, { toggle, close }] = useDisclosure(false);
  const path = useRouterState({ select: (state) => state.location.pathname });
  useSessionGuard();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the drawer of a phone closes whenever the page changes
  useEffect(close, [path]);
  return (
    <AppShell
      layout="alt"
      header={{ height: 48 }}
      navbar={{ width: 232, breakpoint: 'sm', collapsed: { mobile: !open } }}
      padding={0}
    >
      <a href="#main" className={classes.skip}>
        Skip to the page
      </a>
      <AppShell.Header className={classes.header}>
        <Burger opened={open} onClick={toggle} hiddenFrom="sm" size="sm" aria-label="Navigation" />
        <TopBar />
      </AppShell.Header>
      <AppShell.Navbar className={classes.nav}>
        <Navigation close={close} />
      </AppShell.Navbar>
      <AppShell.Main id="main" className={classes.main} tabIndex={-1}>
        <Banner />
        <Outlet />
      </AppShell.Main>
      <Suspense>
        <Palette />
      </Suspense>
    </AppShell>
  );
}
