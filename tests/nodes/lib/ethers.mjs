// ethers, for scripts of other folders.
export * from 'ethers';
