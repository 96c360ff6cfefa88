declare module 'respite:messages' {
  export const messages: Record<'en' | 'de', Record<string, string>>;
  /** German by the English of the server: of rules and forecasts, and of what it refuses and answers. */
  export const sentences: Record<string, string>;
  export const served: Record<string, string>;
}
declare module '*.css';
