// asks whoever picked up to press a key.

import Web
import Webhooks

CGIProgram.serve(Screen.self)
