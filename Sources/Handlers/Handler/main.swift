// The program of every handler. It is the one by whose name it is started: cgi-bin holds it once, under all names.

import Web

CGIProgram.serve()
