using Aigc.Standalone.Cli;

return await CommandLine.Create().RunAsync(args).ConfigureAwait(false);
