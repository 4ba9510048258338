package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"os"

	"example.com/client/ffapi"
)

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func form(path string) (string, io.Reader) {
	file, err := os.Open(path)
	must(err)
	defer file.Close()
	body := &bytes.Buffer{}
	writer := multipart.NewWriter(body)
	part, err := writer.CreateFormFile("file", "clip.mp4")
	must(err)
	_, err = io.Copy(part, file)
	must(err)
	must(writer.Close())
	return writer.FormDataContentType(), body
}

func main() {
	url, key, path := os.Args[1], os.Args[2], os.Args[3]
	withKey := func(_ context.Context, request *http.Request) error {
		request.Header.Set("X-API-Key", key)
		return nil
	}
	client, err := ffapi.NewClientWithResponses(url, ffapi.WithRequestEditorFn(withKey))
	must(err)
	ctx := context.Background()

	contentType, body := form(path)
	stored, err := client.UploadFileWithBodyWithResponse(ctx, contentType, body)
	must(err)

	input, wait := stored.JSON201.FileId, "wait=60"
	format, codec := ffapi.TranscodeRequestOutputFormatMkv, ffapi.TranscodeRequestVideoCodecCopy
	order := ffapi.TranscodeRequest{InputUrl: &input, OutputFormat: &format, VideoCodec: &codec}
	submitted, err := client.SubmitTranscodeWithResponse(ctx, &ffapi.SubmitTranscodeParams{Prefer: &wait}, order)
	must(err)
	done, err := submitted.JSON200.AsJob()
	must(err)

	job, err := client.GetJobWithResponse(ctx, done.JobId, nil)
	must(err)
	fmt.Println(job.JSON200.Status, job.JSON200.Outputs[0].Name)
}
