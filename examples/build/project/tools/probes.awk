# Writes probe sources, 60 functions a file, and prints their paths.
function close_file() {
  if (!file) return
  printf "const struct probe probes_%s_%02d[] = {\n%s  {0, 0},\n};\n", name, part, table > file
  close(file)
  table = ""
}
(NR - 1) % 60 == 0 {
  close_file()
  part++
  file = sprintf("%s/probes_%s_%02d.c", out, name, part)
  print file
  printf "#include \"trace.h\"\n#include \"symbols.h\"\n\n" > file
}
{
  printf "static void on_%s(struct frame *frame) {\n", $1 > file
  printf "  if (trace_skip(frame, SYM_%s)) return;\n", $1 > file
  printf "  trace_record(frame, SYM_%s, CALLS_%s);\n}\n\n", $1, $1 > file
  table = table sprintf("  {\"%s\", on_%s},\n", $1, $1)
}
END { close_file() }
