using System.CommandLine;
using Aigc.Artifacts;
using Aigc.Inference.Client.Hosts.Sources;

namespace Aigc.Standalone.Cli;

/// <summary>Options that the program's commands share.</summary>
internal static class CommonOptions
{
    public static Option<string?> Text(string name, string helpName, string description) =>
        new(name) { Description = description, HelpName = helpName };

    public static Option<string?> Model() =>
        Text("--model", "DIR", "A model folder in the layout of diffusers; with --hosts, a model's name. Left out, the default one.");

    public static Option<string?> Data() =>
        Text("--data", "DIR", "Where finished pictures and unfinished jobs are kept. Left out, the user's own data folder.");

    public static Option<string?> Hosts()
    {
        var option = Text(
            "--hosts",
            "URLS",
            "Hosts to run on, parted by commas, that share the data folder; or where they are learned again and again: dns:///NAME:PORT or "
            + "file:PATH, an address a line. Left out, this process does it.");
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string>() is { } hosts && HostsFault(hosts) is { } fault)
                result.AddError(fault);
        });
        return option;
    }

    private static string? HostsFault(string hosts)
    {
        try
        {
            HostSource.Parse(hosts);
            return null;
        }
        catch (FaultException e)
        {
            return e.Message;
        }
    }
}
