import type { JsonSchema } from '../json-schema.ts';

type Components = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

const refsIn = (value: unknown): string[] => {
  if (Array.isArray(value)) return value.flatMap(refsIn);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, each]) => {
    if (key === '$ref' && typeof each === 'string') return [each];
    // The mapping of a discriminator names its choices as references do.
    return typeof each === 'string' && each.startsWith('#/components/') ? [each] : refsIn(each);
  });
};

/** The components that something refers to, from the paths on; `securitySchemes` are named, not referred to, and stay. */
export const reachable = (components: Components, roots: readonly unknown[]): JsonSchema => {
  const seen = new Set<string>();
  const visit = (value: unknown): void => {
    for (const ref of refsIn(value)) {
      if (seen.has(ref)) continue;
      seen.add(ref);
      const [, , kind = '', name = ''] = ref.split('/');
      visit(components[kind]?.[name]);
    }
  };
  roots.forEach(visit);
  return Object.fromEntries(
    Object.entries(components).flatMap(([kind, all]) => {
      const isKept = (name: string): boolean => kind === 'securitySchemes' || seen.has(`#/components/${kind}/${name}`);
      const kept = Object.entries(all).filter(([name]) => isKept(name));
      return kept.length === 0 ? [] : [[kind, Object.fromEntries(kept)]];
    }),
  );
};
