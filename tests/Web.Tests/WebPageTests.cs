using Aigc.TestKit;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Aigc.Web.Tests;

/// <summary>The page as its users meet it: in a browser, over the service with the model that ships.</summary>
public sealed class WebPageTests(BrowserFixture browser) : IClassFixture<BrowserFixture>
{
    // Some seconds of steps at the least: time to look at it, and to end it.
    private const int Long = 900;

    private static ILocator Finished(ILocator job) => job.Locator("a.frame img");

    private static ILocator Preview(ILocator job) => job.GetByAltText("Preview:");

    private static ILocator Cancel(ILocator job) => job.GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Cancel:" });

    private static ILocator Remove(ILocator job) => job.GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Remove:" });

    private static async Task CancelledAsync(ILocator job)
    {
        await Cancel(job).ClickAsync();
        await Expect(Remove(job)).ToBeVisibleAsync();
        await Expect(job).ToContainTextAsync("Cancelled.");
    }

    [ChromiumFact]
    public async Task Generate_PromptWithPreviews_ShowsThemThenThePictureAndItsTimes()
    {
        await using var user = await browser.OpenAsync();
        await user.UnfoldAsync();
        await user.Field("Seed").FillAsync("9223372036854775000");

        var job = await user.StartAsync("three green stars on a black background", steps: 150, previews: 5);

        await Expect(Preview(job)).ToBeVisibleAsync();
        await Expect(Finished(job)).ToBeVisibleAsync();
        Assert.Equal("512 x 512", await Finished(job).EvaluateAsync<string>("image => `${image.naturalWidth} x ${image.naturalHeight}`"));
        await Expect(job).ToContainTextAsync("seed 9223372036854775000 · 512 × 512");
        await Expect(WebPageDriver.Times(job)).ToContainTextAsync("generate");
        await Expect(job).ToContainTextAsync("chain overhead");
        await Expect(user.Page.GetByRole(AriaRole.Status)).ToContainTextAsync("1 picture finished");
        Assert.Empty(user.Faults);
    }

    [ChromiumFact]
    public async Task MoreLikeThis_FinishedPicture_FillsTheFormWithEverySettingAndAnotherSeed()
    {
        (string Field, string Value)[] numbers =
            [("Steps", "3"), ("Guidance", "1.5"), ("Quality", "70"), ("Pictures", "2"), ("Preview every", "1")];
        (string Field, string Value)[] choices =
            [("Format", "webp"), ("Scheduler", "euler"), ("Enhance", "false"), ("Plan", "staged"), ("Size", "160x104")];
        await using var user = await browser.OpenAsync();
        await user.UnfoldAsync();
        await Expect(user.Field("Quality")).ToBeHiddenAsync();
        foreach (var (field, value) in choices)
            await user.Field(field).SelectOptionAsync(value);
        foreach (var (field, value) in numbers)
            await user.Field(field).FillAsync(value);
        await user.Field("Seed").FillAsync("7");
        await user.Field("Negative prompt").FillAsync("blue");
        var job = await user.StartAsync("a red heart on a white background", steps: 3, previews: 1);
        var more = job.GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "More like this" }).First;
        await Expect(more).ToBeVisibleAsync();
        await Expect(job).ToContainTextAsync(
            "2 pictures · 160 × 104 · 3 steps · guidance 1.5 · euler · without “blue” · enhance off · WebP at 70 · plan staged");
        await user.Field("Prompt").FillAsync("another");
        await user.Field("Negative prompt").FillAsync("");
        foreach (var (field, _) in numbers)
            await user.Field(field).FillAsync("");
        foreach (var (field, _) in choices)
            await user.Field(field).SelectOptionAsync(new SelectOptionValue { Index = 0 });

        await more.ClickAsync();

        await Expect(user.Field("Prompt")).ToHaveValueAsync("a red heart on a white background");
        await Expect(user.Field("Negative prompt")).ToHaveValueAsync("blue");
        foreach (var (field, value) in numbers.Concat(choices))
            await Expect(user.Field(field)).ToHaveValueAsync(value);
        Assert.Matches("^[0-9]+$", await user.Field("Seed").InputValueAsync());
        await Expect(user.Field("Seed")).Not.ToHaveValueAsync("7");
        await Expect(user.Button("Generate")).ToBeFocusedAsync();
        Assert.Empty(user.Faults);
    }

    [ChromiumFact]
    public async Task Cancel_JobUnderWay_EndsItAndItCanBeRemoved()
    {
        await using var user = await browser.OpenAsync();
        var job = await user.StartAsync("a large blue cross", Long);

        await CancelledAsync(job);
        var before = await user.Jobs.CountAsync();
        await Remove(job).ClickAsync();

        await Expect(user.Jobs).ToHaveCountAsync(before - 1);
        Assert.Empty(user.Faults);
    }

    [ChromiumFact]
    public async Task Reload_JobUnderWay_FindsItAgainAndFollowsIt()
    {
        await using var user = await browser.OpenAsync();
        await user.StartAsync("a small purple circle at the top", Long, previews: 20);
        await Expect(Preview(user.Jobs.First)).ToBeVisibleAsync();

        await user.Page.ReloadAsync();

        var job = user.Jobs.First;
        await Expect(job).ToContainTextAsync("a small purple circle at the top");
        await Expect(Preview(job)).ToBeVisibleAsync();
        await Expect(job.GetByRole(AriaRole.Progressbar)).ToBeVisibleAsync();
        await CancelledAsync(job);
        Assert.Empty(user.Faults);
    }

    [ChromiumFact]
    public async Task Generate_FaultySettings_ShowsEachFaultBesideItsField()
    {
        await using var user = await browser.OpenAsync();
        await user.UnfoldAsync();
        await user.Field("Prompt").FillAsync("a star");
        await user.Field("Size").SelectOptionAsync("custom");
        await user.Field("Width").FillAsync("129");
        await user.Field("Steps").FillAsync("0");
        await user.Field("Format").SelectOptionAsync("jpeg");
        await user.Field("Quality").FillAsync("101");
        await user.Field("Seed").FillAsync("many");
        // What is at fault is shown, folded as it may be.
        await user.Page.GetByText("More settings").ClickAsync();
        await Expect(user.Field("Seed")).ToBeHiddenAsync();
        await user.GenerateAsync();
        await Expect(user.Field("Seed")).ToHaveAccessibleDescriptionAsync("seed is not a whole number of 64 bits");

        await user.Field("Seed").FillAsync("");
        await user.GenerateAsync();

        await Expect(user.Field("Width")).ToHaveAccessibleDescriptionAsync("width 129 is not a multiple of 8: the nearest is 128");
        await Expect(user.Field("Steps")).ToHaveAccessibleDescriptionAsync("steps 0 is below 1");
        await Expect(user.Field("Quality")).ToHaveAccessibleDescriptionAsync("quality 101 is above 100");
        await Expect(user.Field("Width")).ToBeFocusedAsync();
        await Expect(user.Field("Seed")).Not.ToHaveAttributeAsync("aria-invalid", "true");
        Assert.Empty(user.Faults);
    }

    [ChromiumFact]
    public async Task Generate_ServerIsGone_SaysSoAndStartsOneJobOnceItIsBack()
    {
        await using var user = await browser.OpenAsync();
        var before = await user.Jobs.CountAsync();
        await user.UnfoldAsync();
        await user.Field("Prompt").FillAsync("a yellow triangle");
        await user.Field("Steps").FillAsync("2");
        // The job is accepted, and the answer is lost on its way.
        await user.Page.RouteAsync("**/api/generations", async route =>
        {
            await route.FetchAsync();
            await route.AbortAsync();
        });
        await user.GenerateAsync();
        await Expect(user.Page.GetByText("The server cannot be reached")).ToBeVisibleAsync();

        await user.Page.UnrouteAsync("**/api/generations");
        await user.GenerateAsync();
        await Expect(Finished(user.Jobs.First)).ToBeVisibleAsync();
        await user.Page.ReloadAsync();

        await Expect(Finished(user.Jobs.First)).ToBeVisibleAsync();
        Assert.Single(
            await user.Page.GetByRole(AriaRole.Heading, new PageGetByRoleOptions { Name = "a yellow triangle", Exact = true }).AllAsync());
        Assert.True(before < await user.Jobs.CountAsync());
    }

    [ChromiumFact]
    public async Task Keyboard_Alone_GeneratesAndCancels()
    {
        await using var user = await browser.OpenAsync();
        await user.Page.Keyboard.PressAsync("Tab");
        await Expect(user.Page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "Skip to pictures" })).ToBeFocusedAsync();
        await user.Page.Keyboard.PressAsync("Tab");
        await Expect(user.Hosts).ToBeFocusedAsync();
        await user.Page.Keyboard.PressAsync("Enter");
        await Expect(user.Page.GetByRole(AriaRole.Region, new PageGetByRoleOptions { Name = "Hosts" })).ToBeVisibleAsync();
        await user.Page.Keyboard.PressAsync("Escape");
        await Expect(user.Page.GetByRole(AriaRole.Region, new PageGetByRoleOptions { Name = "Hosts" })).ToBeHiddenAsync();
        await user.Page.Keyboard.PressAsync("Tab");
        await Expect(user.Field("Prompt")).ToBeFocusedAsync();
        await user.Page.Keyboard.TypeAsync("a white star in the center on a red background");
        while (!await user.Page.EvaluateAsync<bool>("document.activeElement.textContent === 'More settings'"))
            await user.Page.Keyboard.PressAsync("Tab");
        await user.Page.Keyboard.PressAsync("Enter");
        while (!await user.Field("Steps").EvaluateAsync<bool>("field => field === document.activeElement"))
            await user.Page.Keyboard.PressAsync("Tab");
        await user.Page.Keyboard.TypeAsync($"{Long}");
        await user.Field("Prompt").FocusAsync();
        var before = await user.Jobs.CountAsync();

        await user.Page.Keyboard.PressAsync("Control+Enter");
        await Expect(user.Jobs).ToHaveCountAsync(before + 1);
        while (!await Cancel(user.Jobs.First).EvaluateAsync<bool>("button => button === document.activeElement"))
            await user.Page.Keyboard.PressAsync("Tab");
        await user.Page.Keyboard.PressAsync("Enter");

        await Expect(user.Jobs.First).ToContainTextAsync("Cancelled.");
        await Expect(Remove(user.Jobs.First)).ToBeFocusedAsync();
        Assert.Empty(user.Faults);
    }

    [ChromiumFact]
    public async Task Layout_360PixelsWide_NeedsNoSidewaysScrolling()
    {
        await using var user = await browser.OpenAsync(width: 360, height: 740);
        var job = await user.StartAsync("two large orange squares on a blue background", steps: 3);
        await Expect(Finished(job)).ToBeVisibleAsync();

        Assert.True(await user.Page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= 360"));
        Assert.Empty(user.Faults);
    }

    [ChromiumFact]
    public async Task Key_ServerWantsOne_IsAskedForAndOpensTheGallery()
    {
        const string Key = "a-key-of-the-tests-0123456789";
        await using var server = await ServeProcess.StartAsync(keys: Key);
        await using var user = await browser.OpenAsync(server: server);
        await Expect(user.Page.GetByText("no known key is presented")).ToBeVisibleAsync();
        await Expect(user.Field("API key")).ToBeFocusedAsync();

        await user.Page.Keyboard.TypeAsync(Key);
        await user.Page.Keyboard.PressAsync("Enter");

        await Expect(user.Page.GetByText("No pictures yet")).ToBeVisibleAsync();
        var job = await user.StartAsync("a blue heart", steps: 3, previews: 1);
        await Expect(Finished(job)).ToBeVisibleAsync();
        Assert.StartsWith("blob:", await Finished(job).GetAttributeAsync("src"), StringComparison.Ordinal);
        Assert.Empty(user.Faults);
    }
}
