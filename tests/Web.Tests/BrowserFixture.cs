using Aigc.TestKit;
using Microsoft.Playwright;

namespace Aigc.Web.Tests;

/// <summary>One Chromium and one server for a class of tests; nothing where Chromium is missing.</summary>
public sealed class BrowserFixture : IAsyncLifetime
{
    private IPlaywright? _playwright;
    private IBrowser? _browser;
    private ServeProcess? _server;

    public ServeProcess Server => _server!;

    public async Task InitializeAsync()
    {
        if (ChromiumInstallation.Missing is not null)
            return;
        _server = await ServeProcess.StartAsync();
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = ChromiumInstallation.Executable,
            Args = ["--no-sandbox", "--disable-dev-shm-usage"],
        });
    }

    /// <summary>Opens a page of its own; what goes wrong in it is kept.</summary>
    public async Task<WebPageDriver> OpenAsync(
        ColorScheme scheme = ColorScheme.Light, int width = 1280, int height = 900, ServeProcess? server = null)
    {
        var context = await _browser!.NewContextAsync(new BrowserNewContextOptions
        {
            ColorScheme = scheme,
            ViewportSize = new ViewportSize { Width = width, Height = height },
        });
        var driver = new WebPageDriver(context, await context.NewPageAsync(), (server ?? Server).Address);
        await driver.Page.GotoAsync(driver.Address.ToString());
        return driver;
    }

    public async Task DisposeAsync()
    {
        if (_browser is not null)
            await _browser.DisposeAsync();
        _playwright?.Dispose();
        if (_server is not null)
            await _server.DisposeAsync();
    }
}
