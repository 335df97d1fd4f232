// Arrow keys in a matrix of letters: up and down always, left and right at the ends of the text.
// Without this the cells are plain fields that the tabulator key walks through.

const form = document.querySelector("[data-matrix-form]");

function cell(row, column) {
  return form.querySelector(`[data-row="${row}"][data-column="${column}"]`);
}

function step(field, key) {
  const row = Number(field.dataset.row);
  const column = Number(field.dataset.column);
  if (key === "ArrowUp") return cell(row - 1, column);
  if (key === "ArrowDown" || key === "Enter") return cell(row + 1, column);
  const isAtStart = field.selectionStart === 0;
  const isAtEnd = field.selectionEnd === field.value.length;
  if (key === "ArrowLeft" && isAtStart) return cell(row, column - 1);
  if (key === "ArrowRight" && isAtEnd) return cell(row, column + 1);
  return null;
}

form?.addEventListener("keydown", (event) => {
  const field = event.target;
  if (!field.matches?.("[data-row][data-column]") || event.ctrlKey || event.metaKey || event.altKey) return;
  const next = step(field, event.key);
  if (event.key === "Enter") event.preventDefault(); // a slip in a cell must not send the form
  if (!next) return;
  event.preventDefault();
  next.focus();
  next.select();
});
