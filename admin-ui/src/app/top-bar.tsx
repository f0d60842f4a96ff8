import {
  ActionIcon,
  Button,
  Kbd,
  Menu,
  Text,
  Tooltip,
  useComputedColorScheme,
  useMantineColorScheme,
} from '@mantine/core';
import { openSpotlight } from '@mantine/spotlight';
import { IconHelp, IconLogout, IconMoon, IconSearch, IconSun, IconUser } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { auth, session } from '../api';
import { openHelp } from './help';
import { modKey } from './keys';
import classes from './top-bar.module.css';

/** The bar on top: search, help, light or dark, the account. */
export function TopBar() {
  return (
    <div className={classes.bar}>
      <Button
        variant="default"
        className={classes.search}
        leftSection={<IconSearch size={15} />}
        rightSection={<Kbd size="xs">{modKey} K</Kbd>}
        onClick={() => openSpotlight()}
        justify="flex-start"
        styles={{ label: { fontWeight: 400 } }}
      >
        Search or jump to…
      </Button>
      <span style={{ flex: 1 }} />
      <Tooltip label="Keyboard help (?)">
        <ActionIcon onClick={openHelp} aria-label="Keyboard help" size="lg" visibleFrom="xs">
          <IconHelp size={18} />
        </ActionIcon>
      </Tooltip>
      <SchemeButton />
      <Account />
    </div>
  );
}

function SchemeButton() {
  const { setColorScheme } = useMantineColorScheme();
  const scheme = useComputedColorScheme('light');
  const next = scheme === 'dark' ? 'light' : 'dark';
  return (
    <Tooltip label={`Switch to ${next}`}>
      <ActionIcon onClick={() => setColorScheme(next)} aria-label={`Switch to ${next}`} size="lg">
        {scheme === 'dark' ? <IconSun size={18} /> : <IconMoon size={18} />}
      </ActionIcon>
    </Tooltip>
  );
}

function Account() {
  const navigate = useNavigate();
  const email = session.record()?.email ?? '';
  const signOut = () => {
    void navigate({ to: '/sign-in' }).then(() => auth.signOut());
  };
  return (
    <Menu position="bottom-end" width={220} shadow="md">
      <Menu.Target>
        <ActionIcon size="lg" aria-label="Account">
          <IconUser size={18} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          <Text size="xs" className="truncate">
            {email}
          </Text>
        </Menu.Label>
        <Menu.Item leftSection={<IconLogout size={15} />} onClick={signOut}>
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
