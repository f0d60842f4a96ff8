// A collection from a file: drop it, check the fields that were inferred, and watch the records arrive.
import { useState } from 'react';
import { Page, PageHeader } from '../../parts';
import { DropZone } from './drop-zone';
import { FilePlan } from './file-plan';
import { MAX_FILE, parseFile, type Rows } from './parse-file';

export interface Loaded extends Rows {
  file: string;
}

export function FromFile() {
  const [loaded, setLoaded] = useState<Loaded | null>(null);
  const [problem, setProblem] = useState('');
  const open = async (file: File) => {
    setProblem('');
    try {
      if (file.size > MAX_FILE) throw new Error('The file is larger than 100 MB: split it, or send it by the API.');
      setLoaded({ file: file.name, ...parseFile(file.name, await file.text()) });
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
    }
  };
  return (
    <Page>
      <PageHeader
        title="Collection from a file"
        note="Fields are inferred from all rows; nothing is created before you say so."
      />
      {loaded ? (
        <FilePlan key={loaded.file} loaded={loaded} again={() => setLoaded(null)} />
      ) : (
        <DropZone open={open} problem={problem} />
      )}
    </Page>
  );
}
