using Aigc.Standalone.Cli;
using Aigc.Standalone.Serve;

return args is ["serve", .. var rest]
    ? await new ServeCommandLine().RunAsync(rest).ConfigureAwait(false)
    : await CommandLine.Create().RunAsync(args).ConfigureAwait(false);
