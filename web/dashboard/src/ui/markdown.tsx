import { Fragment, type ReactNode, useMemo } from 'react';
import { type Block, blocksIn, type Inline } from '../lib/markdown';

/** What people have written about a thing, as Markdown. It is drawn of elements, never of HTML. */
export function Markdown({ text }: { text: string }) {
  const blocks = useMemo(() => blocksIn(text), [text]);
  return <div className="markdown">{blocks.map(drawBlock)}</div>;
}

function drawBlock(block: Block, key: number): ReactNode {
  switch (block.kind) {
    case 'heading':
      return <h4 key={key}>{block.lines.map(drawLine)}</h4>;
    case 'paragraph':
      return <p key={key}>{block.lines.map(drawLine)}</p>;
    case 'bullets':
      return <ul key={key}>{block.lines.map(drawItem)}</ul>;
    case 'numbers':
      return <ol key={key}>{block.lines.map(drawItem)}</ol>;
    case 'quote':
      return <blockquote key={key}>{block.blocks.map(drawBlock)}</blockquote>;
    case 'code':
      return <pre key={key}>{block.text}</pre>;
    case 'rule':
      return <hr key={key} />;
  }
}

const drawItem = (parts: readonly Inline[], key: number): ReactNode => <li key={key}>{parts.map(drawPart)}</li>;

const drawLine = (parts: readonly Inline[], key: number): ReactNode => (
  <Fragment key={key}>
    {key > 0 && <br />}
    {parts.map(drawPart)}
  </Fragment>
);

function drawPart(part: Inline, key: number): ReactNode {
  switch (part.kind) {
    case 'text':
      return part.text;
    case 'code':
      return <code key={key}>{part.text}</code>;
    case 'strong':
      return <strong key={key}>{part.parts.map(drawPart)}</strong>;
    case 'em':
      return <em key={key}>{part.parts.map(drawPart)}</em>;
    case 'link':
      return (
        <a key={key} href={part.href} rel="noopener noreferrer" target="_blank">
          {part.parts.map(drawPart)}
        </a>
      );
  }
}
