declare module 'respite:messages' {
  export const messages: Record<'en' | 'de', Record<string, string>>;
}
declare module '*.css';
