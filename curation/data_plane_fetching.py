"""Every sentence of corpora/fetch that a page may show: see curation/data_plane_sentences.py."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

#: Why a URL was not fetched, or not to its end.
FETCHING = (
    _("the name %(host)s is not known."),
    _("%(host)s is %(address)s, which is no public address."),
    _("%(address)s is no public address."),
    _("%(host)s has no address."),
    _("this is no URL."),
    _("this is no URL of http or https."),
    _("the URL holds a name or password."),
    _("nothing is fetched from port %(port)s."),
    _("it redirects to what is no URL."),
    _("it redirects from https to http: %(url)s."),
    _("it redirects more than %(most)s times."),
    _("this names no bucket of S3."),
    _("it took more than %(seconds)s seconds."),
    _("the answer's header is too large."),
    _("its certificate cannot be trusted."),
    _("the server sent another part than was asked for."),
    _("the file has become shorter."),
    _("the server answers %(status)s."),
    _("the connection was cut."),
    _("more arrived than the server said."),
    _("it is larger than %(most)s bytes."),
    _("the server does not answer in time."),
    _("no connection to the server."),
    _("its %(where)s should be %(expected)s, but is %(found)s."),
    _("there is no such object."),
    _("the object changed while it was read."),
    _("access is denied."),
    _("S3 does not answer."),
)

#: What to do about it.
REMEDIES = (
    _("Give the address of a public server, or have FETCH_PRIVATE_ALLOWED name this one."),
    _("Check the spelling."),
    _("Check the spelling; encode blanks."),
    _("Leave them out."),
    _("FETCH_PORTS lists the ports that are."),
    _("Give the last URL itself."),
    _("Give an https URL."),
    _("Write s3://bucket/key."),
    _("FETCH_SECONDS allows more; what has arrived is kept."),
    _("Give the URL of a server with a certificate that is valid."),
    _("FETCH_MAX_BYTES allows more."),
    _("Check the URL in a browser that is not signed in."),
    _("Try again later; what has arrived is kept."),
    _("Check the stated sha256, or whether the file was replaced."),
    _("It arrived damaged: fetch it again."),
    _("A prefix, with everything below it, ends with /."),
    _("Check the credentials of the workers (AWS_ACCESS_KEY_ID, …) and the region."),
)
