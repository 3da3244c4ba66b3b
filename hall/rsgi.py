"""What granian serves: the pages of hall/wsgi.py, to which requests come whole (hall/serving.py)."""

from hall.serving import Serving
from hall.wsgi import application as pages

application = Serving(pages)
