using Aigc.TestKit;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Aigc.Web.Tests;

/// <summary>The form is as the loaded model has it, and as the user left it.</summary>
public sealed class SettingsTests(BrowserFixture browser) : IClassFixture<BrowserFixture>
{
    [ChromiumFact]
    public async Task Form_LoadedModel_HasItsLimitsDefaultsAndChoices()
    {
        await using var user = await browser.OpenAsync();
        await Expect(user.Page.Locator("#model")).ToHaveTextAsync("tiny-shapes");
        await user.UnfoldAsync();

        await Expect(user.Field("Steps")).ToHaveAttributeAsync("placeholder", "20");
        await Expect(user.Field("Steps")).ToHaveAttributeAsync("max", "999");
        await Expect(user.Field("Guidance")).ToHaveAttributeAsync("placeholder", "2");
        await Expect(user.Field("Guidance")).ToHaveAttributeAsync("max", "30");
        await Expect(user.Field("Pictures")).ToHaveAttributeAsync("max", "64");
        await Expect(user.Field("Scheduler").Locator("option")).ToHaveTextAsync(
            ["default (ddim)", "ddim", "pndm", "euler", "euler_ancestral", "dpmpp_2m", "dpmpp_2m_karras", "lcm"]);
        await Expect(user.Field("Size").Locator("option")).ToHaveTextAsync(
        [
            "Default, 128 × 128", "Landscape 3:2, 160 × 104", "Wide 16:9, 168 × 96", "Portrait 2:3, 104 × 160", "Tall 9:16, 96 × 168",
            "Custom",
        ]);
        await Expect(user.Field("Enhance").Locator("option")).ToHaveTextAsync(["on, ×4", "off"]);
        await Expect(user.Field("Plan").Locator("option")).ToHaveTextAsync(["auto", "fused", "split", "staged"]);
        await Expect(user.Field("Size")).ToHaveAccessibleDescriptionAsync("Enhanced to 512 × 512.");
        await user.Field("Size").SelectOptionAsync("168x96");
        await Expect(user.Field("Size")).ToHaveAccessibleDescriptionAsync("Enhanced to 672 × 384.");
        await user.Field("Enhance").SelectOptionAsync("off");
        await Expect(user.Page.GetByText("Enhanced to")).ToBeHiddenAsync();
        await user.Field("Size").SelectOptionAsync("custom");
        await Expect(user.Field("Width")).ToHaveValueAsync("168");
        await Expect(user.Field("Height")).ToHaveAttributeAsync("step", "8");
        Assert.Empty(user.Faults);
    }

    [ChromiumFact]
    public async Task Quality_Format_IsAskedForWhereTheFormatHasIt()
    {
        await using var user = await browser.OpenAsync();
        await user.UnfoldAsync();
        foreach (var (format, shown) in new[] { ("webp", true), ("png", false), ("jpeg", true) })
        {
            await user.Field("Format").SelectOptionAsync(format);
            await Expect(user.Field("Quality")).ToBeVisibleAsync(new LocatorAssertionsToBeVisibleOptions { Visible = shown });
        }
    }

    [ChromiumFact]
    public async Task Reload_SettingsChanged_AreAsTheyWereLeft()
    {
        await using var user = await browser.OpenAsync();
        await Expect(user.Page.Locator("#model")).ToHaveTextAsync("tiny-shapes");
        await user.UnfoldAsync();
        await user.Field("Prompt").FillAsync("a white star");
        await user.Field("Scheduler").SelectOptionAsync("lcm");
        await user.Field("Size").SelectOptionAsync("custom");
        await user.Field("Width").FillAsync("192");
        await user.Field("Format").SelectOptionAsync("jpeg");
        await user.Field("Quality").FillAsync("55");
        await user.Field("Plan").SelectOptionAsync("split");

        await user.Page.ReloadAsync();

        await Expect(user.Field("Scheduler")).ToHaveValueAsync("lcm");
        await Expect(user.Field("Prompt")).ToHaveValueAsync("a white star");
        await Expect(user.Field("Size")).ToHaveValueAsync("custom");
        await Expect(user.Field("Width")).ToHaveValueAsync("192");
        await Expect(user.Field("Quality")).ToHaveValueAsync("55");
        await Expect(user.Field("Plan")).ToHaveValueAsync("split");
        Assert.Empty(user.Faults);
    }

    [ChromiumFact]
    public async Task Empty_ModelWithPrompts_SuggestsThemAndOneMakesAPicture()
    {
        await using var server = await ServeProcess.StartAsync();
        await using var user = await browser.OpenAsync(server: server);
        await Expect(user.Page.GetByText("Start with one of these, which tiny-shapes draws well")).ToBeVisibleAsync();
        await Expect(user.Page.GetByRole(AriaRole.Listitem)).ToHaveCountAsync(6);

        await user.Button("three green stars on a black background").ClickAsync();
        await Expect(user.Field("Prompt")).ToHaveValueAsync("three green stars on a black background");
        await Expect(user.Button("Generate")).ToBeFocusedAsync();
        await user.Page.Keyboard.PressAsync("Enter");

        await Expect(user.Jobs.First.Locator("a.frame img")).ToBeVisibleAsync();
        await Expect(user.Page.GetByText("No pictures yet")).ToBeHiddenAsync();
        Assert.Empty(user.Faults);
    }

    [ChromiumFact]
    public async Task Form_ModelWithoutPromptsEnhancerOrEncoder_LeavesThemOut()
    {
        using var folder = new TempFolder();
        var model = folder.Combine("plain");
        CopyModel(RepositoryRoot.Combine("models", "tiny-shapes"), model);
        await File.WriteAllTextAsync(Path.Combine(model, "model_index.json"), "{}");
        Directory.Delete(Path.Combine(model, "enhance"), recursive: true);
        Directory.Delete(Path.Combine(model, "vae_encoder"), recursive: true);
        await using var server = await ServeProcess.StartAsync(null, null, "--model", model);
        await using var user = await browser.OpenAsync(server: server);
        await Expect(user.Page.Locator("#model")).ToHaveTextAsync("plain");
        await user.UnfoldAsync();

        await Expect(user.Page.GetByText("Say in a few plain words what the picture should show.")).ToBeVisibleAsync();
        await Expect(user.Page.GetByRole(AriaRole.Listitem)).ToHaveCountAsync(0);
        await Expect(user.Field("Enhance")).ToBeHiddenAsync();
        await Expect(user.Field("Start from a picture")).ToBeHiddenAsync();
        await Expect(user.Field("Guidance")).ToHaveAttributeAsync("placeholder", "7.5");
        Assert.Empty(user.Faults);
    }

    private static void CopyModel(string from, string to)
    {
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var name = Path.GetRelativePath(from, file);
            if (name.StartsWith("training", StringComparison.Ordinal))
                continue;
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(to, name))!);
            File.Copy(file, Path.Combine(to, name));
        }
    }
}
