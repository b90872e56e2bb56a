// Copies a text and says so.
import { toast } from './toast.tsx';

export interface CopyButtonProps {
  readonly text: string;
  /** What is copied: `run id`. Read aloud as `Copy run id`. */
  readonly what: string;
}

export function CopyButton({ text, what }: CopyButtonProps) {
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      toast(`Copied the ${what}`);
    } catch {
      toast(`The browser did not let the ${what} be copied: ${text}`, 'bad');
    }
  };
  return (
    <button type="button" class="button button-quiet" aria-label={`Copy ${what}`} onClick={() => void copy()}>
      Copy
    </button>
  );
}
