// recording: a caller has left a voice message.

import Web
import Webhooks

CGIProgram.serve(Recording.self)
