import sys

from ffapi_client import AuthenticatedClient
from ffapi_client.api.files import upload_file
from ffapi_client.api.jobs import get_job
from ffapi_client.api.media import submit_transcode
from ffapi_client.models import TranscodeRequest, UploadFileBody
from ffapi_client.models.transcode_request_output_format import TranscodeRequestOutputFormat
from ffapi_client.models.transcode_request_video_codec import TranscodeRequestVideoCodec
from ffapi_client.types import File

base_url, key, path = sys.argv[1:]
client = AuthenticatedClient(base_url=base_url, token=key, prefix="", auth_header_name="X-API-Key", timeout=90)

with open(path, "rb") as payload:
    body = UploadFileBody(file=File(payload=payload, file_name="clip.mp4", mime_type="video/mp4"))
    stored = upload_file.sync(client=client, body=body)

order = TranscodeRequest(
    input_url=stored.file_id,
    output_format=TranscodeRequestOutputFormat.MKV,
    video_codec=TranscodeRequestVideoCodec.COPY,
)
submitted = submit_transcode.sync(client=client, body=order, prefer="wait=60")
job = get_job.sync(submitted.job_id, client=client)
print(job.status, job.outputs[0].name)
