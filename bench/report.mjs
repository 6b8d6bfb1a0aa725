export async function report(file) {
  console.log(file);
}
