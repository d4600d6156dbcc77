import { describe, expect, it } from 'vitest';
import { postedForm, stylesheetIn } from '../../src/probe/html.ts';

const TOKEN = '<input type=hidden name=csrfmiddlewaretoken value=t>';

describe('the form of a page', () => {
  it.each<[string, string, Readonly<Record<string, string>>]>([
    ['plain', `<form method=post>${TOKEN}<input name=a value=1></form><input name=b>`, { a: '1' }],
    [
      'after one that is not posted',
      `<form><input name=q></form><form METHOD=POST>${TOKEN}<input name=a></form>`,
      { a: '' },
    ],
    [
      'with an end tag too many inside',
      `<div><form method=post>${TOKEN}<div></div></div><input name=a></form></div><input name=b>`,
      { a: '' },
    ],
    ['across a table', `<table><form method=post>${TOKEN}<tr><td><input name=a></table></form>`, { a: '' }],
    [
      'across a section',
      `<section><form method=post>${TOKEN}<input name=a></section><input name=b></form>`,
      { a: '', b: '' },
    ],
    [
      'with another inside, which does not count',
      `<form method=post>${TOKEN}<form action=/x><input name=a></form>`,
      { a: '' },
    ],
    [
      'beside one in a comment',
      `<!-- <form method=post>${TOKEN}<input name=old></form> --><form method=post>${TOKEN}<input name=a></form>`,
      { a: '' },
    ],
    [
      'with a list and a text',
      `<form method=post>${TOKEN}<select name=a><option value=1>One<option value=2 selected>Two</select>
       <select name=b><option value=3>Three<option value=4>Four</select><textarea name=c> x &lt;b&gt; </textarea></form>`,
      { a: '2', b: '3', c: 'x <b>' },
    ],
  ])('%s, is what a browser would send', (_, html, values) => {
    expect(postedForm(html)?.values).toEqual({ csrfmiddlewaretoken: 't', ...values });
  });

  it.each([
    ['cut off', `<form method=post>${TOKEN}<input name=a>`],
    ['without a token', '<form method=post><input name=a></form>'],
    ['not posted', `<form>${TOKEN}</form>`],
  ])('is none where it is %s', (_, html) => {
    expect(postedForm(html)).toBeNull();
  });

  it('is looked for in a page that is made to be hard to read', () => {
    for (const part of ['<form method=post>', '</form>', '<textarea>', '<select><option>', '<svg><p>'])
      expect(postedForm(part.repeat(20_000))).toBeNull();
  });
});

it.each([
  ['<link href=/static/a.css?v=1&amp;w=2>', '/static/a.css?v=1&w=2'],
  ['<LINK HREF="/a.css"><link href="/b.css">', '/a.css'],
  ['<!-- <link href="/old.css"> -->', undefined],
  ['<link href="/a b.css">', undefined],
])('the stylesheet of %s is %s', (html, path) => {
  expect(stylesheetIn(html)).toBe(path);
});
