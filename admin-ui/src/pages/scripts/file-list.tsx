// The files, by what they are for. One with changes that are not saved has a dot, one with a mistake a mark.
import { Text } from '@mantine/core';
import { IconAlertTriangle, IconFileCode, IconFileText } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { ScriptList } from '../../api';
import { Panel } from '../../parts';
import { GROUPS, groupOf } from './names';
import classes from './scripts.module.css';

interface Props {
  list: ScriptList;
  opened: string | undefined;
  unsaved: string[];
}

export function FileList({ list, opened, unsaved }: Props) {
  const wrong = new Set(list.diagnostics.map((one) => one.file.replace(/^hooks\//, '')));
  const groups = GROUPS.map((group) => ({ group, files: list.files.filter((one) => groupOf(one.file) === group) }));
  return (
    <Panel flush>
      <nav aria-label="Files" className={classes.files}>
        {groups
          .filter(({ files }) => files.length > 0)
          .map(({ group, files }) => (
            <div key={group.folder}>
              <Text size="xs" fw={600} c="dimmed" className={classes.group} title={group.note}>
                {group.title}
              </Text>
              {files.map(({ file }) => (
                <Link
                  key={file}
                  to="/scripts"
                  search={{ file }}
                  className={classes.file}
                  aria-current={file === opened ? 'page' : undefined}
                >
                  {file.endsWith('.rhai') ? (
                    <IconFileCode size={15} aria-hidden />
                  ) : (
                    <IconFileText size={15} aria-hidden />
                  )}
                  <span className="truncate">{file.slice(group.folder.length)}</span>
                  {wrong.has(file) && (
                    <IconAlertTriangle size={14} color="var(--luge-bad)" role="img" aria-label="has a mistake" />
                  )}
                  {unsaved.includes(file) && <span className={classes.dot} role="img" aria-label="not saved" />}
                </Link>
              ))}
            </div>
          ))}
      </nav>
    </Panel>
  );
}
