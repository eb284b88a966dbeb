import type { Page } from 'playwright/test';
import { expect, MOD, needsModels, test } from './fixtures.ts';

async function ask(page: Page, question: string): Promise<void> {
  await page.getByRole('navigation', { name: 'Places' }).getByRole('button', { name: 'Ask' }).click();
  await page.getByRole('button', { name: 'New question' }).click();
  await page.getByRole('textbox', { name: 'Question', exact: true }).fill(question);
  await page.keyboard.press(`${MOD}+Enter`);
  const answer = page.getByRole('article', { name: question });
  await expect(answer).toBeVisible();
  await expect(answer.getByText(/confidence \d/)).toBeVisible({ timeout: 180_000 });
}

test.beforeEach(({ models }) => needsModels(models));

test('an answer shows where it comes from, and a cited page of a PDF opens with the quote marked', async ({ lathe }) => {
  await ask(lathe, 'How many litres does the coolant tank of the milling machine hold?');
  const source = lathe.getByRole('region', { name: 'Sources' }).getByRole('button', { name: /coolant\.pdf/ }).first();
  await source.click();
  await expect(lathe.getByRole('tab', { name: 'coolant.pdf' })).toHaveAttribute('aria-selected', 'true');
  await expect(lathe.locator('.pdf-quote').first()).toBeVisible();
  const [quote, canvas] = await Promise.all([lathe.locator('.pdf-quote').first().boundingBox(), lathe.locator('.pdf-sheet canvas').boundingBox()]);
  expect(quote?.width).toBeGreaterThan(20);
  expect(quote?.x).toBeGreaterThanOrEqual(canvas?.x ?? 0);
  expect(quote?.y).toBeLessThan((canvas?.y ?? 0) + (canvas?.height ?? 0));
  // The page itself was drawn: its sheet is not one colour.
  const colours = await lathe.locator('.pdf-sheet canvas').evaluate((element: HTMLCanvasElement) => {
    const data = element.getContext('2d')?.getImageData(0, 0, element.width, element.height).data ?? new Uint8ClampedArray();
    return new Set(data.filter((_, index) => index % 4 === 0)).size;
  });
  expect(colours).toBeGreaterThan(2);
  await expect(lathe.getByRole('complementary', { name: 'Inspector' })).toContainText('How it got here');
});

test('the source of an answer from a web page opens at the right with the span marked', async ({ lathe }) => {
  await ask(lathe, 'How many files does the rotating log handler keep?');
  await lathe.getByRole('region', { name: 'Sources' }).getByRole('button', { name: /logging\.html/ }).first().click();
  await expect(lathe.locator('mark.quote-mark').first()).toBeVisible();
  await expect(lathe.locator('.document-text')).toContainText('seven files of five megabytes');
  // The answer stays in sight beside its source.
  await expect(lathe.getByRole('article', { name: 'How many files does the rotating log handler keep?' })).toBeVisible();
});

test('feedback is kept, a follow-up joins the conversation, and a removed conversation comes back with Undo', async ({ lathe }) => {
  await ask(lathe, 'How much oil does the gearbox need?');
  await lathe.getByRole('button', { name: 'Right', exact: true }).click();
  await expect(lathe.getByRole('button', { name: 'Right', exact: true })).toHaveAttribute('aria-pressed', 'true');
  await lathe.getByRole('textbox', { name: 'Follow-up question' }).fill('And how often?');
  await lathe.keyboard.press(`${MOD}+Enter`);
  await expect(lathe.getByRole('article')).toHaveCount(2);
  await expect(lathe.getByText(/confidence \d/)).toHaveCount(2, { timeout: 180_000 });

  const history = lathe.getByRole('navigation', { name: 'Conversations' });
  const row = history.getByRole('button', { name: /^How much oil/ });
  await history.getByRole('button', { name: /^Remove How much oil/ }).click();
  await expect(row).toHaveCount(0);
  await lathe.getByRole('region', { name: 'Notices' }).getByRole('button', { name: 'Undo' }).click();
  await expect(row).toHaveCount(1);
});
