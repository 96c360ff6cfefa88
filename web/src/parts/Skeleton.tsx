import { t } from '../i18n.ts';

/** The shape of what is still being read. */
export function Skeleton({ lines = 4 }: { lines?: number }) {
  return (
    <div class="skeleton" role="status" aria-label={t('state.loading')}>
      {Array.from({ length: lines }, (_, i) => <span key={i} class={`bone bone-${i % 4}`} />)}
    </div>
  );
}
