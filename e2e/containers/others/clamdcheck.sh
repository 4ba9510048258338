#!/bin/sh
exec clamdscan --ping 1
