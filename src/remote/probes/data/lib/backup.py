# Reading backups.
import hashlib

class Hashed:
    """A file that is hashed while someone reads it: the hash is of exactly the bytes that were read or copied."""
    def __init__(self, file):
        self.file, self.digest = file, hashlib.sha256()
    def read(self, size=-1):
        block = self.file.read(size)
        self.digest.update(block)
        return block
    def read_to_the_end(self):
        while self.read(1 << 20):
            pass
