#!/bin/sh
# A double of an FFmpeg with NVENC on a machine with a GPU that knows H.264 and HEVC. It encodes nothing on a GPU: it
# hands the work to the real FFmpeg beside it, for x264 and x265. The file `mode` says what goes wrong.
here=$(dirname "$0")
mode=$(cat "$here/mode")

say() {
  echo "[error] $1" >&2
  exit 1
}

case " $* " in
*" -progress "*) is_job=1 ;;
*) is_job=0 ;;
esac
case " $* " in
*" -hwaccel cuda "*) decodes=1 ;;
*) decodes=0 ;;
esac
case " $* " in
*av1_nvenc*) say "[av1_nvenc @ 0x1] Codec not supported" ;;
*_nvenc*) encodes=1 ;;
*) encodes=0 ;;
esac

case $mode in
no-gpu) [ $((decodes + encodes)) -eq 0 ] || say "[h264_nvenc @ 0x1] Cannot load libcuda.so.1" ;;
no-decoder) [ $((is_job * decodes)) -eq 0 ] || say "[h264 @ 0x1] Failed setup for format cuda: hwaccel initialisation returned error." ;;
no-encoder) [ $((is_job * encodes)) -eq 0 ] || say "[h264_nvenc @ 0x1] InitializeEncoder failed: invalid param (8): (no details)" ;;
no-session) [ $((is_job * encodes)) -eq 0 ] || say "[h264_nvenc @ 0x1] OpenEncodeSessionEx failed: out of memory (10): (no details)" ;;
hang) [ $((is_job * decodes)) -eq 0 ] || exec sleep 1000 ;;
esac

left=$#
while [ "$left" -gt 0 ]; do
  arg=$1
  shift
  left=$((left - 1))
  case $arg in
  -hwaccel | -hwaccel_device | -hwaccel_output_format | -gpu | -gpu:* | -tune | -tune:* | -rc | -rc:* | -cq | -cq:* | \
    -multipass | -multipass:* | -spatial-aq | -spatial-aq:*)
    shift
    left=$((left - 1))
    ;;
  h264_nvenc) set -- "$@" libx264 ;;
  hevc_nvenc) set -- "$@" libx265 ;;
  p[1-7]) set -- "$@" ultrafast ;;
  *scale_cuda* | *hwdownload*)
    set -- "$@" "$(echo "$arg" | sed -e 's/hwdownload,//g' -e 's/scale_cuda=format=/format=/g' \
      -e 's/scale_cuda=w=\([0-9]*\):h=\([0-9]*\):interp_algo=lanczos:format=/scale=w=\1:h=\2,format=/g')"
    ;;
  *) set -- "$@" "$arg" ;;
  esac
done
exec "$here/real" "$@"
