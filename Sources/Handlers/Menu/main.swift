// a key pressed by a caller who cannot get an SMS.

import Web
import Webhooks

CGIProgram.serve(Menu.self)
