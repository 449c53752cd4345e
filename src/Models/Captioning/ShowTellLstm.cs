namespace MLNetDeepExtensions.Captioning;

/// <summary>The recurrent cell of Show and Tell.</summary>
public enum ShowTellLstm
{
    /// <summary>The paper's (Vinyals et al., arXiv 1411.4555, equations 4 to 8): no biases, and the memory leaves through its gate as it is,
    /// <c>m = o * c</c>.</summary>
    Paper,

    /// <summary>That of the authors' released code, im2txt: biases, that of the forget gate 1 at first, and <c>m = o * tanh(c)</c>, as in
    /// PyTorch's LSTM.</summary>
    Im2Txt,
}
