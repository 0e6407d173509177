using System.Diagnostics;

namespace Engagement.Testing;

/// <summary>Where a test's server runs: on the loopback, or in a network namespace of its own under an address that only its neighbours reach.</summary>
/// <param name="Address">The address to listen on.</param>
/// <param name="Namespace">Name of the network namespace; null: this process's own.</param>
internal sealed record NetworkPlace(string Address, string? Namespace = null)
{
    public static readonly NetworkPlace Loopback = new("127.0.0.1");

    /// <summary>How to start a program there: the process that is started is the program's own.</summary>
    public ProcessStartInfo Starting(string program, params IEnumerable<string> arguments)
    {
        string[] words = Namespace is null ? [program, .. arguments] : ["ip", "netns", "exec", Namespace, program, .. arguments];
        var start = new ProcessStartInfo(words[0]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var word in words.Skip(1)) start.ArgumentList.Add(word);
        return start;
    }
}
