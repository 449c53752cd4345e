namespace MLNetDeepExtensions.Translation;

/// <summary>How RNNsearch follows its gradients.</summary>
public enum RnnSearchOptimiser
{
    /// <summary>The paper's (Zeiler, arXiv 1212.5701): it finds its step sizes by itself, but starts slowly.</summary>
    Adadelta,

    /// <summary>Kingma and Ba, arXiv 1412.6980: learns much sooner; its learning rate is about 0.0001 to 0.001.</summary>
    Adam,
}

/// <summary>What the gradient of a batch is of, before it is clipped.</summary>
public enum LossReduction
{
    /// <summary>The sum over all words of the batch, as in the authors' code (GroundHog): with the paper's clipping almost every gradient is
    /// scaled to the same norm.</summary>
    Sum,

    /// <summary>The mean over the words.</summary>
    Mean,
}
