import type { z } from 'zod';
import type { ApprovalPolicy, Subject } from '../../domain/approval/policy.ts';
import type { Site } from '../../domain/site/site.ts';
import { parseDuration } from '../values/duration.ts';
import type { approval } from './schema.ts';

type Raw = z.infer<typeof approval>;

const DEFAULT_EXPIRES = '15m';

export function approvalOf(raw: Raw = {}): Site['approval'] {
  return {
    expiresMs: parseDuration(raw.expires ?? DEFAULT_EXPIRES) ?? 0,
    ...quorumOf(raw.quorum),
    ...alwaysOf(raw.always),
    ...(raw.factor === 'totp' && { factor: raw.factor }),
    ...(raw.breakGlass !== undefined && raw.breakGlass.length > 0 && { breakGlass: raw.breakGlass }),
  };
}

function quorumOf(raw: Raw['quorum']): Pick<ApprovalPolicy, 'quorum' | 'quorums'> {
  if (raw === undefined || typeof raw === 'number') return { quorum: raw ?? 1 };
  const { default: quorum = 1, ...named } = raw;
  const quorums: Partial<Record<Subject, number>> = Object.fromEntries(
    Object.entries(named).filter(([, value]) => value !== undefined),
  );
  return Object.keys(quorums).length === 0 ? { quorum } : { quorum, quorums };
}

function alwaysOf(raw: Raw['always']): Pick<ApprovalPolicy, 'always'> {
  if (raw === undefined || raw === false) return {};
  return raw === true || raw.length > 0 ? { always: raw } : {};
}

/** A number is for everything. Numbers by name are merged, and a number before them stays for the rest. */
export function mergedQuorum(below: Raw['quorum'], above: Raw['quorum']): Raw['quorum'] {
  if (above === undefined || typeof above === 'number') return above ?? below;
  return { ...(typeof below === 'number' ? { default: below } : below), ...above };
}
