using Microsoft.Playwright;

namespace Aigc.Web.Tests;

/// <summary>The page in one browser window, in the words of a user.</summary>
public sealed class WebPageDriver : IAsyncDisposable
{
    // Two cores may do other work beside; a wait that never ends fails the test.
    private const float Limit = 60_000;

    private readonly IBrowserContext _context;

    public WebPageDriver(IBrowserContext context, IPage page, Uri address)
    {
        (_context, Page, Address) = (context, page, address);
        page.SetDefaultTimeout(Limit);
        Assertions.SetDefaultExpectTimeout(Limit);
        page.PageError += (_, error) => Faults.Add(error);
        page.Console += (_, message) =>
        {
            if (message.Type == "error" && !message.Text.Contains("Failed to load resource", StringComparison.Ordinal))
                Faults.Add(message.Text);
        };
    }

    public IPage Page { get; }

    public Uri Address { get; }

    /// <summary>What the browser found wrong, breaches of the page's policy among it; refusals of the server aside.</summary>
    public List<string> Faults { get; } = [];

    public ILocator Jobs => Page.GetByRole(AriaRole.Article);

    public ILocator Field(string label) => Page.GetByLabel(label, new PageGetByLabelOptions { Exact = true });

    public ILocator Button(string name) => Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = name, Exact = true });

    /// <summary>Where the time of a job went, and the one number of it.</summary>
    public static ILocator Times(ILocator job) =>
        job.GetByRole(AriaRole.Table, new LocatorGetByRoleOptions { Name = "Where the time went" });

    /// <summary>The line that says how the queue and the hosts are.</summary>
    public ILocator Hosts => Page.Locator("#hosts summary");

    /// <summary>Unfolds the settings that few requests need, where they are not.</summary>
    public async Task UnfoldAsync()
    {
        if (!await Field("Steps").IsVisibleAsync())
            await Page.GetByText("More settings").ClickAsync();
    }

    public Task GenerateAsync() => Button("Generate").ClickAsync();

    /// <summary>The job that was started last, once it is shown.</summary>
    public async Task<ILocator> StartAsync(string prompt, int steps, int previews = 0)
    {
        var before = await Jobs.CountAsync();
        await UnfoldAsync();
        await Field("Prompt").FillAsync(prompt);
        await Field("Steps").FillAsync($"{steps}");
        await Field("Preview every").FillAsync($"{previews}");
        await GenerateAsync();
        await Assertions.Expect(Jobs).ToHaveCountAsync(before + 1);
        return Jobs.First;
    }

    public async ValueTask DisposeAsync() => await _context.DisposeAsync();
}
