"""Files that campaigns show: pictures, made anew from what was uploaded, and documents, handed on as they are."""
