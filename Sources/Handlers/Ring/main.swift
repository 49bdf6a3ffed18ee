// ring: a call that we make to one of the tenant's people.

import Web
import Webhooks

CGIProgram.serve(Ring.self)
