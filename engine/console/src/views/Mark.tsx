import type { JSX } from 'preact';

export function Mark(): JSX.Element {
  return (
    <svg class="mark" viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="8" />
      <path d="M8 10.500A3.500 3.500 0 0 1 11.500 7h9a3.500 3.500 0 0 1 3.500 3.500v6a3.500 3.500 0 0 1-3.500 3.500H15l-5 4.500V20a2.500 2.500 0 0 1-2-3.500z" />
    </svg>
  );
}
