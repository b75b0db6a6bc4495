using Aigc.GpuHost;

return await HostProgram.RunAsync(args).ConfigureAwait(false);
