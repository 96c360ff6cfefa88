/** Whole files into memory, with every refusal in one sentence. */
#ifndef RSP_BASE_FILE_H
#define RSP_BASE_FILE_H

#include <stddef.h>

#include <respite/status.h>

/** Read a text file. Refused: missing or unreadable files (RSP_E_IO), folders (RSP_E_MISMATCH), more than
 * max_bytes (RSP_E_LIMIT; a regular file by its size, before anything is read), and binary
 * content, that is a NUL byte (RSP_E_SYNTAX). Pipes are read to their end.
 * @param text    out: terminated; caller frees with free()
 * @param length  out: bytes without the terminator */
RSP_CHECKED rsp_status rsp_file_read(
    const char *path, size_t max_bytes, char **text, size_t *length, struct rsp_error *err);

#endif
