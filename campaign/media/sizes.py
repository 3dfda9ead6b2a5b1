"""How large an uploaded file may be."""

MEGABYTE = 1024 * 1024

LARGEST_FILE_BYTES = 10 * MEGABYTE
