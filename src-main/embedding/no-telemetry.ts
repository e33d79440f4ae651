/**
 * onnxruntime from 1.29 on tells Microsoft which models it runs, and keeps a device id in the user's home, unless this is set before it starts.
 * Imported for its effect, first, by everything that leads to onnxruntime: also on the main thread, because a thread's own environment is a copy
 * that native code does not see.
 */
process.env['ORT_DISABLE_TELEMETRY'] = '1';
